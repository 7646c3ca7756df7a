/** Exports: the button on lists, the wish, its progress and the file, on pages and over REST. */
@NullMarked
package io.opsdeck.web.export;

import org.jspecify.annotations.NullMarked;
