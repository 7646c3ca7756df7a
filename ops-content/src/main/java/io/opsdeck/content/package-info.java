/** Content from idea to result. */
@NullMarked
package io.opsdeck.content;

import org.jspecify.annotations.NullMarked;
