/** Insights that a workspace keeps: under a name, as tiles on Today, behind links; and what the team notes on time axes. */
@NamedInterface("board")
@NullMarked
package io.opsdeck.analytics.board;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.NamedInterface;
