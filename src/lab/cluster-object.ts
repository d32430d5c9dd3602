/** A Kubernetes object as a user writes it. */
export interface ClusterObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly [field: string]: unknown;
}

/** The part of a Service that leads to its pods. */
export interface ServiceFields {
  readonly clusterIP?: string;
  readonly selector?: Readonly<Record<string, string>>;
  readonly ports?: readonly ServicePortFields[];
}

export interface ServicePortFields {
  readonly name?: string;
  readonly port: number;
  readonly protocol?: string;
  readonly appProtocol?: string;
  readonly targetPort?: number | string;
}

/** The spec of a Service object. */
export function serviceFields(object: ClusterObject): ServiceFields {
  return (object["spec"] ?? {}) as ServiceFields;
}
