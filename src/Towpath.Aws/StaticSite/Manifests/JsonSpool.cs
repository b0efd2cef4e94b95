using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Towpath.Aws.S3;

namespace Towpath.Aws.StaticSite.Manifests;

/// <summary>A document on its way to S3, kept on disk since it may be large, and hashed as it is written.</summary>
internal sealed class JsonSpool : IDisposable
{
    private readonly FileStream _file;

    private JsonSpool(FileStream file, string sha256)
    {
        _file = file;
        Body = new S3Body(file.Length, sha256, () =>
        {
            _file.Position = 0;
            return new StreamContent(new Uploads.KeptStream(_file));
        });
    }

    public S3Body Body { get; }

    public static async Task<JsonSpool> WriteAsync<T>(T value, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        var file = Uploads.TemporaryFile.Create();
        try
        {
            using var hash = SHA256.Create();
            await using (var hashing = new CryptoStream(file, hash, CryptoStreamMode.Write, leaveOpen: true))
                await JsonSerializer.SerializeAsync(hashing, value, type, cancellationToken);
            await file.FlushAsync(cancellationToken);
            return new JsonSpool(file, Convert.ToHexStringLower(hash.Hash!));
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }

    public void Dispose() => _file.Dispose();
}
