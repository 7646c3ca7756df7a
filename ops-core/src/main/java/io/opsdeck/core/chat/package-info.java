/**
 * Robots in groups of Feishu, DingTalk, WeCom and Slack that tell a team what happens: signed as each platform wants it,
 * at its pace, many lines in one message.
 */
@NullMarked
package io.opsdeck.core.chat;

import org.jspecify.annotations.NullMarked;
