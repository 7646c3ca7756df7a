/** Chat robots: what they tell in their groups, and how that goes. */
@NullMarked
package io.opsdeck.web.chat;

import org.jspecify.annotations.NullMarked;
