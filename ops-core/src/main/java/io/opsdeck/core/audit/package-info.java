/** The trail of every change, written in the transaction of the change. */
@NullMarked
package io.opsdeck.core.audit;

import org.jspecify.annotations.NullMarked;
