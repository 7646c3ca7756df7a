/** People: the list, one person and the REST API of profiles. */
@NullMarked
package io.opsdeck.web.people;

import org.jspecify.annotations.NullMarked;
