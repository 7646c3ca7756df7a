package io.opsdeck.user.profile;

import io.opsdeck.core.page.Page;

/** The first page of a list and how many profiles the whole list has. */
public record ProfileList(Page<ProfileView> page, ProfileCount count) {}
