import type { DroppedFile } from './open.ts';

/** The files that were dropped, those in folders among them. */
export async function filesIn(transfer: DataTransfer | null): Promise<readonly DroppedFile[]> {
  // To be asked for before anything is awaited: the browser empties the list then.
  const entries = [...(transfer?.items ?? [])].flatMap((item) => item.webkitGetAsEntry?.() ?? []);
  const files = [...(transfer?.files ?? [])];
  if (entries.length === 0) return chosenFiles(files);
  const found = await Promise.all(entries.map(filesOf));
  return found.flat();
}

/** The files of an input, those of a folder by the way to them. */
export function chosenFiles(files: readonly File[]): Promise<readonly DroppedFile[]> {
  return Promise.all(files.map((file) => read(file.webkitRelativePath || file.name, file)));
}

async function filesOf(entry: FileSystemEntry): Promise<readonly DroppedFile[]> {
  if (isFile(entry)) {
    const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject));
    return [await read(entry.fullPath.replace(/^\//, ''), file)];
  }
  if (!isFolder(entry)) return [];
  const reader = entry.createReader();
  const inside = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
  return (await Promise.all(inside.map(filesOf))).flat();
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

function isFolder(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}

async function read(path: string, file: File): Promise<DroppedFile> {
  return { path, bytes: new Uint8Array(await file.arrayBuffer()) };
}
