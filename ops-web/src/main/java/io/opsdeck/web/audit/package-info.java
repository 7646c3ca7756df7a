/** The audit trail. */
@NullMarked
package io.opsdeck.web.audit;

import org.jspecify.annotations.NullMarked;
