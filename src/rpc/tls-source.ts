/** Text that must not be printed by accident; `PrivateKeyPem` of `src/pki` is one. */
export interface SecretText {
  reveal(): string;
}

/** What one side of a TLS connection shows and trusts, in PEM. */
export interface TlsMaterial {
  /** Leaf first, then intermediates. */
  readonly certPem: string;
  readonly key: SecretText;
  /** Who may sign the other side's certificate: one or more certificates. */
  readonly rootPem: string;
}

/** The material in force now, and word of the next. Open connections keep what they were made with. */
export interface TlsSource {
  current(): TlsMaterial;
  /** The returned function ends the watch. */
  watch(listener: (material: TlsMaterial) => void): () => void;
}

export interface MutableTlsSource extends TlsSource {
  update(material: TlsMaterial): void;
}

/** A source that its owner updates when certificate or authority rotates. */
export function createTlsSource(initial: TlsMaterial): MutableTlsSource {
  let material = initial;
  const listeners = new Set<(material: TlsMaterial) => void>();
  return {
    current: () => material,
    watch: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    update: (next) => {
      material = next;
      for (const listener of listeners) listener(next);
    },
  };
}
