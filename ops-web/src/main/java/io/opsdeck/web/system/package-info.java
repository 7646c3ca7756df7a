/** The installation for those who run it, and what happens while its disk is full. */
@NullMarked
package io.opsdeck.web.system;

import org.jspecify.annotations.NullMarked;
