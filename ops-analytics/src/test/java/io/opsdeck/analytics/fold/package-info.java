@NullMarked
package io.opsdeck.analytics.fold;

import org.jspecify.annotations.NullMarked;
