/** Events and everything measured from them: it sees ids and properties, never who a person is or what a campaign is. */
@NullMarked
package io.opsdeck.analytics;

import org.jspecify.annotations.NullMarked;
