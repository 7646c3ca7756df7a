@NullMarked
package io.opsdeck.user.profile;

import org.jspecify.annotations.NullMarked;
