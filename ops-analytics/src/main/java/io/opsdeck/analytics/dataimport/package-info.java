/**
 * Files of events and profiles become events: read, mapped, rehearsed and loaded by a job that goes on after a crash
 * and creates nothing the second time.
 */
@NullMarked
@NamedInterface
package io.opsdeck.analytics.dataimport;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.NamedInterface;
