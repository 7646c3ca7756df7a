/**
 * The chain over the audit trail of a workspace: who changes, removes, adds or moves an entry behind the product's back
 * breaks it, and the verifier says where.
 */
@NullMarked
package io.opsdeck.core.chain;

import org.jspecify.annotations.NullMarked;
