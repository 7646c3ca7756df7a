/** The sample workspace: a real retailer's year, loaded through the same import that members use. */
@NullMarked
@NamedInterface("sample")
package io.opsdeck.campaign.sample;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.NamedInterface;
