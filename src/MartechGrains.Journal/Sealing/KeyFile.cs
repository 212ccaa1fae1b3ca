using System.Security.Cryptography;

namespace MartechGrains.Journal.Sealing;

/// <summary>
/// The file that holds a deployment's secrets: the secret of identifier keys and the key that wraps data keys. Whoever
/// loses it loses all payloads; whoever copies it can read them.
/// </summary>
public static class KeyFile
{
    /// <summary>The file's name in the data folder.</summary>
    public const string Name = "deployment.key";

    private const string Header = "martechgrains deployment key, version 1; keep it secret, and keep a copy";
    private const string SecretLabel = "identifier-secret ";
    private const string WrappingLabel = "wrapping-key ";
    private const int MaxFileBytes = 4096;

    /// <summary>Whether a folder has something of the key file's name.</summary>
    public static bool Exists(string folder) => Path.Exists(Path.Combine(folder, Name));

    /// <summary>Loads the folder's key file; creates one that only its owner may read where there is none.</summary>
    /// <exception cref="InvalidDataException">The file is not a key file of a known version.</exception>
    public static DeploymentSecrets LoadOrCreate(string folder, RandomFill random)
    {
        ArgumentNullException.ThrowIfNull(random);
        var path = Path.Combine(folder, Name);
        if (!Exists(folder))
            Create(folder, path, random);
        return Load(path);
    }

    /// <summary>Loads a key file.</summary>
    /// <exception cref="InvalidDataException">The file is not a key file of a known version.</exception>
    public static DeploymentSecrets Load(string path)
    {
        if (Directory.Exists(path))
            throw new InvalidDataException(
                $"{path} is a folder and not a deployment key file. Restore it from its copy.");
        if (new FileInfo(path).Length > MaxFileBytes)
            throw new InvalidDataException($"{path} is too large for a deployment key file.");
        var lines = File.ReadAllLines(path);
        if (lines.Length != 3 || lines[0] != Header
            || !TryDecode(lines[1], SecretLabel, out var secret)
            || !TryDecode(lines[2], WrappingLabel, out var wrapping))
        {
            throw new InvalidDataException(
                $"{path} is not a deployment key file of version 1. Restore it from its copy; a new one would make "
                + "everything written so far unreadable.");
        }
        return new DeploymentSecrets(secret, new DeploymentKey(wrapping));
    }

    private static void Create(string folder, string path, RandomFill random)
    {
        Directory.CreateDirectory(folder);
        var bytes = new byte[2 * DeploymentKey.KeySize];
        random(bytes);
        var text = $"{Header}\n{SecretLabel}{Convert.ToBase64String(bytes, 0, DeploymentKey.KeySize)}\n"
            + $"{WrappingLabel}{Convert.ToBase64String(bytes, DeploymentKey.KeySize, DeploymentKey.KeySize)}\n";
        CryptographicOperations.ZeroMemory(bytes);
        var partial = $"{path}.{Guid.NewGuid():n}";
        using (var stream = new FileStream(partial, PrivateFile.Options(FileMode.CreateNew, FileShare.None)))
        {
            stream.Write(System.Text.Encoding.ASCII.GetBytes(text));
            stream.Flush(flushToDisk: true);
        }
        try
        {
            File.Move(partial, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            // Another process was first: its file counts.
            File.Delete(partial);
        }
    }

    private static bool TryDecode(string line, string label, out byte[] key)
    {
        key = new byte[DeploymentKey.KeySize];
        return line.StartsWith(label, StringComparison.Ordinal)
            && Convert.TryFromBase64String(line[label.Length..], key, out var written)
            && written == DeploymentKey.KeySize;
    }
}
