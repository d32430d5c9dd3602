import type { ApiClient } from "./api-client.ts";

const FORM = "g=meta.k8s.io;v=v1";

/** The same API server, which sends of each object its metadata alone: for who counts and names objects and reads none. */
export function metadataOnly(client: ApiClient): ApiClient {
  return {
    json: (request) =>
      client.json({ ...request, headers: { ...request.headers, accept: `application/json;as=PartialObjectMetadataList;${FORM}` } }),
    stream: (request, stallMs) =>
      client.stream({ ...request, headers: { ...request.headers, accept: `application/json;as=PartialObjectMetadata;${FORM}` } }, stallMs),
    close: () => client.close(),
  };
}
