/** What is known about each person: traits, identifiers, activity. Follows the event log; lists, finds and shows. */
@NamedInterface("profile")
@NullMarked
package io.opsdeck.user.profile;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.NamedInterface;
