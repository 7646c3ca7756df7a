@NullMarked
package io.opsdeck.analytics.insight;

import org.jspecify.annotations.NullMarked;
