/** The settings of the installation: which there are, what they may be, and what is said when they are wrong. */
@NullMarked
package io.opsdeck.core.setting;

import org.jspecify.annotations.NullMarked;
