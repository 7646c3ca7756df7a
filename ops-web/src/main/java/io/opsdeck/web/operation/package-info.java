/** What those who run Opsdeck measure about the process itself. */
@NullMarked
package io.opsdeck.web.operation;

import org.jspecify.annotations.NullMarked;
