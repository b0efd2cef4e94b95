using Microsoft.AspNetCore.Http.Features;

namespace Towpath.AwsEmulator.S3;

/// <summary>The bytes of an object or of a part; several objects may share them.</summary>
internal abstract class Blob(long length)
{
    private int _owners = 1;

    public long Length { get; } = length;

    public Blob Share()
    {
        Interlocked.Increment(ref _owners);
        return this;
    }

    public void Release()
    {
        if (Interlocked.Decrement(ref _owners) == 0) Delete();
    }

    public abstract Task WriteAsync(HttpResponse response, long offset, long count, CancellationToken cancellationToken);

    public abstract Task CopyToAsync(Stream stream, CancellationToken cancellationToken);

    public abstract byte[] ToArray();

    protected virtual void Delete()
    {
    }
}

internal sealed class MemoryBlob(byte[] bytes) : Blob(bytes.Length)
{
    public override Task WriteAsync(HttpResponse response, long offset, long count, CancellationToken cancellationToken) =>
        response.Body.WriteAsync(bytes.AsMemory((int)offset, (int)count), cancellationToken).AsTask();

    public override Task CopyToAsync(Stream stream, CancellationToken cancellationToken) => stream.WriteAsync(bytes, cancellationToken).AsTask();

    public override byte[] ToArray() => bytes;
}

internal sealed class FileBlob(string path, long length) : Blob(length)
{
    public override Task WriteAsync(HttpResponse response, long offset, long count, CancellationToken cancellationToken) =>
        response.HttpContext.Features.GetRequiredFeature<IHttpResponseBodyFeature>().SendFileAsync(path, offset, count, cancellationToken);

    public override async Task CopyToAsync(Stream stream, CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(path);
        await file.CopyToAsync(stream, cancellationToken);
    }

    public override byte[] ToArray() => File.ReadAllBytes(path);

    protected override void Delete() => File.Delete(path);
}
