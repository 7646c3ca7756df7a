/** Mechanisms every module needs: workspaces, members, access, audit, database, ids, time. Never a word of content, campaign or measurement. */
@ApplicationModule(type = ApplicationModule.Type.OPEN)
@NullMarked
package io.opsdeck.core;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
