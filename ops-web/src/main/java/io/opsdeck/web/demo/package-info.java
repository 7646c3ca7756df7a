/** The sample workspace: made at the first start, refreshed and removed from the settings. */
@NullMarked
package io.opsdeck.web.demo;

import org.jspecify.annotations.NullMarked;
