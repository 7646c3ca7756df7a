/**
 * What leaves the product: one ledger behind one gate. A delivery is a row written in the transaction of the change. A
 * worker claims it with a lease in database time, asks the gate, and lets the channel of its kind make one attempt
 * outside of any transaction. Afterwards each row is sent, due again, failed or skipped with a reason, or uncertain and
 * shown.
 */
@NullMarked
package io.opsdeck.core.outbound;

import org.jspecify.annotations.NullMarked;
