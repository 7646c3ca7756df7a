@NullMarked
package io.opsdeck.analytics.workbench;

import org.jspecify.annotations.NullMarked;
