@NullMarked
package io.opsdeck.analytics.dataimport;

import org.jspecify.annotations.NullMarked;
