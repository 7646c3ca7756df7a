/** Background jobs: the list, one job, the chip in the top bar. */
@NullMarked
package io.opsdeck.web.job;

import org.jspecify.annotations.NullMarked;
