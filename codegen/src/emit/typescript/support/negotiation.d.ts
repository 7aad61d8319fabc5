// What two versions of a protocol come to on one connection.

/** What a peer says of itself. Nothing of it is trusted: it may be any text. */
export interface NegotiationPeer {
  /** Which side it is. */
  readonly side: "server" | "client";
  /**
   * The version of the protocol that it names. For a peer that names none, the one of which it is known that it names
   * none.
   */
  readonly version: string;
  /** The digest that it names, if any. */
  readonly digest?: string | undefined;
}

/**
 * What a version and a peer's come to. Of two versions only the newer one can know both: it decides, and says so, if need
 * be by closing the connection.
 */
export type Negotiation =
  /** Both mean the same by every frame. */
  | { readonly verdict: "same" }
  /** The peer speaks an older release, and every message gets through. */
  | { readonly verdict: "compatible"; readonly release: string }
  /** The peer speaks an older release, and some messages do not get through. The others do. */
  | {
      readonly verdict: "degraded";
      readonly release: string;
      /** The peer is not proved to read these, by name, whatever is sent. */
      readonly byPeer: ReadonlyArray<string>;
      /** These of the peer are not proved to be read here. */
      readonly here: ReadonlyArray<string>;
      /** The messages of either direction, in the order of their names, each once. */
      readonly messages: ReadonlyArray<string>;
    }
  /** The peer is newer, so that it is the one to decide. What it sends is read as far as it can be. */
  | { readonly verdict: "newer" }
  /** The versions do not go together: the connection is to be closed. */
  | {
      readonly verdict: "incompatible";
      /**
       * What the peer names is not MAJOR.MINOR.PATCH; it calls itself a version that is known, and was built from another
       * schema; the version is older, and not among those that are supported.
       */
      readonly why: "not-a-version" | "other-digest" | "not-supported";
      /** The versions of such a peer that are supported, the newest first. */
      readonly supported: ReadonlyArray<string>;
      /** The code to close the connection with, if the protocol has one for this. */
      readonly closeCode: number | undefined;
      /** The reason to close it with: as much of it as a close frame holds. */
      readonly closeReason: string;
    };
