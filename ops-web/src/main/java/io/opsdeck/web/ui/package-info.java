/** The frame of the pages: navigation, language, theme, errors. */
@NullMarked
package io.opsdeck.web.ui;

import org.jspecify.annotations.NullMarked;
