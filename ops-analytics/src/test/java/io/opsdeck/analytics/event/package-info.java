@NullMarked
package io.opsdeck.analytics.event;

import org.jspecify.annotations.NullMarked;
