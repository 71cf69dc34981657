/** An input or output for sound. Labels are empty until the user has let the page use a microphone. */
export interface AudioDevice {
  readonly deviceId: string;
  readonly label: string;
  readonly kind: 'input' | 'output';
}

/** What there is to choose from; none on pages that are not secure. */
export async function listAudioDevices(): Promise<readonly AudioDevice[]> {
  const devices = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
  return devices.flatMap(({ kind, deviceId, label }): AudioDevice[] => {
    if (kind === 'videoinput') return [];
    return [{ deviceId, label, kind: kind === 'audioinput' ? 'input' : 'output' }];
  });
}

/** Names the piece of equipment that is the default input: it changes when another becomes the default. */
export async function defaultInput(): Promise<string> {
  const inputs = (await navigator.mediaDevices.enumerateDevices()).filter(({ kind }) => kind === 'audioinput');
  // Chromium lists it under an id of its own; elsewhere the default comes first.
  const found = inputs.find(({ deviceId }) => deviceId === 'default') ?? inputs[0];
  return found?.groupId ?? '';
}

export async function hasInput(deviceId: string): Promise<boolean> {
  const devices = await navigator.mediaDevices.enumerateDevices();
  return devices.some((device) => device.kind === 'audioinput' && device.deviceId === deviceId);
}
