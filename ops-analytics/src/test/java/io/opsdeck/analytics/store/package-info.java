@NullMarked
package io.opsdeck.analytics.store;

import org.jspecify.annotations.NullMarked;
