@NullMarked
package io.opsdeck.analytics.forecast;

import org.jspecify.annotations.NullMarked;
