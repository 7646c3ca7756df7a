/**
 * What members are told: an inbox for each of them, written in the transaction of the fact, and the mail that brings it
 * to those who want it. Features say what happened by events, or call {@link Notifications}; kinds are contributed as
 * beans.
 */
@NullMarked
package io.opsdeck.core.notification;

import org.jspecify.annotations.NullMarked;
