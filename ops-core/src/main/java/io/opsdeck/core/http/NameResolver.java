package io.opsdeck.core.http;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** Turns the name of a host into its addresses. */
interface NameResolver {

    InetAddress[] resolve(String host) throws UnknownHostException;
}
