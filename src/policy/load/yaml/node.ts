/** A node of a YAML document. `start` and `end` are offsets in the text. */
export interface YamlNode {
  kind: 'scalar' | 'list' | 'map' | 'alias';
  start: number;
  end: number;
  /** A scalar's text, an alias' name. */
  value: string;
  tag: string;
  /** A scalar whose type its text tells. */
  implicit: boolean;
  /** Whether an alias may mean it. */
  anchored: boolean;
  /** The items of a list; the keys of a map, each followed by its value. */
  children: YamlNode[];
  /** What an alias stands for. */
  target?: YamlNode | undefined;
}

/** What of a text could be read: the first document, null for an empty text, and why reading ended early. */
export interface YamlReading {
  root: YamlNode | null;
  problem?: { offset: number; message: string };
  /** The offset at which the first document ends. */
  end: number;
}
