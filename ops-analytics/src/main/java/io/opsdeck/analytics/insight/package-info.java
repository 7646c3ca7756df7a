/** Questions about behaviour: one typed query model, answered by folds over the column store. */
@NamedInterface("insight")
@NullMarked
package io.opsdeck.analytics.insight;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.NamedInterface;
