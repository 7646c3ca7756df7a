@NullMarked
package io.opsdeck.web.insight;

import org.jspecify.annotations.NullMarked;
