package io.opsdeck.core.notification;

/**
 * A kind of notification. Its name is the text {@code notification.kind.<key>}, what it says
 * {@code notification.text.<key>} with the arguments of the notice.
 *
 * @param key words of letters, separated by dots
 * @param mail when it is mailed to who did not choose
 */
public record NotificationKind(String key, MailChoice mail) {}
