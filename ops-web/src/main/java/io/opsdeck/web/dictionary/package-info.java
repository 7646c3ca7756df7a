/** The dictionary of events and properties. */
@NullMarked
package io.opsdeck.web.dictionary;

import org.jspecify.annotations.NullMarked;
