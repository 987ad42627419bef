import type { DocumentCommentData, DocumentData, SalesRow, TrackData } from './records.ts';
import { withoutNulls } from './records.ts';
import type { DocumentKind, SalesTables } from './sales-tables.ts';
import { movedStamp } from './saved-rows.ts';

/** A comment on an order or on a document. */
export interface NewComment {
  readonly comment?: string | null;
  /** Of an order: one that differs from the order's moves the order. */
  readonly status?: string;
  readonly is_customer_notified?: number;
  readonly is_visible_on_front?: number;
}

/** A parcel of a shipment. */
export interface NewTrack {
  readonly track_number?: string;
  readonly title?: string;
  readonly carrier_code?: string;
  readonly weight?: number | null;
  readonly qty?: number | null;
  readonly description?: string | null;
}

/** What happens to documents after they were made. */
export interface DocumentAdministration {
  document(kind: DocumentKind, id: number): DocumentData | undefined;
  documents(kind: DocumentKind): DocumentData[];
  /** A comment on a document: moves nothing. */
  commentDocument(kind: DocumentKind, id: number, comment?: NewComment): DocumentCommentData;
  /** A parcel added to a shipment: moves nothing but the parcel's own stamp. */
  addTrack(shipmentId: number, track?: NewTrack): TrackData;
  /** A parcel taken out of its shipment: gone without a stamp. */
  removeTrack(trackId: number): void;
  /** A document is e-mailed: moves the document the first time, in a column that is not shown. */
  emailDocument(kind: DocumentKind, id: number): void;
  /** Direct SQL on a document: moves it where a column changes. */
  updateDocumentBySql(kind: DocumentKind, id: number, changes: SalesRow): DocumentData;
  /** Any change of a document, with its stamp as it was or as given. */
  updateDocumentSilently(kind: DocumentKind, id: number, changes: Partial<DocumentData>): DocumentData;
  /** A document deleted by a module or by SQL; the order stays as it is. */
  removeDocument(kind: DocumentKind, id: number): DocumentData;
  /** One restored document: as it was, old stamp included. */
  restoreDocument(kind: DocumentKind, document: DocumentData): void;
}

const commentCounters = {
  invoices: 'invoice_comments',
  shipments: 'shipment_comments',
  credit_memos: 'credit_memo_comments',
} as const;

/**
 * Creates the administration of documents.
 *
 * @param now the database's time as a stamp
 */
export function createDocumentAdministration(tables: SalesTables, now: () => string): DocumentAdministration {
  function document(kind: DocumentKind, id: number): DocumentData {
    const found = tables.documents(kind).get(id);
    if (!found) throw new RangeError(`The shop has no ${kind.replace('_', ' ').slice(0, -1)} ${id}.`);
    return found;
  }

  function changeDocument(kind: DocumentKind, id: number, changes: SalesRow): DocumentData {
    const changed = withoutNulls({ ...document(kind, id), ...changes });
    tables.documents(kind).put(changed);
    return changed;
  }

  const administration: DocumentAdministration = {
    document: (kind, id) => tables.documents(kind).get(id),
    documents: (kind) => tables.documents(kind).all(),
    commentDocument(kind, id, given = {}) {
      const { status: _ofOrders, ...columns } = given;
      const entry: DocumentCommentData = {
        is_customer_notified: 0,
        parent_id: id,
        comment: 'A comment.',
        is_visible_on_front: 0,
        created_at: now(),
        ...columns,
        entity_id: tables.next(commentCounters[kind]),
      };
      changeDocument(kind, id, { comments: [...document(kind, id).comments, entry] });
      return entry;
    },
    addTrack(shipmentId, given = {}) {
      const { order_id, tracks = [] } = document('shipments', shipmentId);
      const track: TrackData = {
        order_id,
        created_at: now(),
        entity_id: tables.next('tracks'),
        parent_id: shipmentId,
        updated_at: now(),
        weight: null,
        qty: null,
        description: null,
        track_number: `TR${shipmentId}`,
        title: 'DHL',
        carrier_code: 'custom',
        ...given,
      };
      changeDocument('shipments', shipmentId, { tracks: [...tracks, track] });
      return track;
    },
    removeTrack(trackId) {
      const isMeant = ({ entity_id }: TrackData) => entity_id === trackId;
      const owner = tables.shipments.all().find(({ tracks }) => tracks?.some(isMeant));
      if (!owner) throw new RangeError(`The shop has no track ${trackId}.`);
      changeDocument('shipments', owner.entity_id, {
        tracks: owner.tracks?.filter((track) => !isMeant(track)),
      });
    },
    emailDocument: (kind, id) => void administration.updateDocumentBySql(kind, id, { send_email: 1 }),
    updateDocumentBySql: (kind, id, changes) =>
      changeDocument(kind, id, { ...changes, ...movedStamp(document(kind, id), changes, now()) }),
    updateDocumentSilently: changeDocument,
    restoreDocument: (kind, restored) => tables.documents(kind).put(restored),
    removeDocument(kind, id) {
      const removed = document(kind, id);
      tables.documents(kind).delete(id);
      return removed;
    },
  };
  return administration;
}
