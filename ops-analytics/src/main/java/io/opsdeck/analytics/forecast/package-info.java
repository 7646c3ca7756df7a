/** What numbers will come to, by methods that a sentence explains. */
@NamedInterface("forecast")
@NullMarked
package io.opsdeck.analytics.forecast;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.NamedInterface;
