package io.opsdeck.core.mail;

import java.util.List;
import java.util.Locale;

/**
 * What is to be mailed.
 *
 * @param language in which the texts are written
 * @param arguments of the kind's texts
 * @param link where its one button leads
 */
public record Letter(MailKind kind, MailAddress to, Locale language, List<String> arguments, String link) {}
