using System.Xml;
using System.Xml.Linq;
using Towpath.AwsEmulator.Calling;
using Towpath.AwsEmulator.Protocols;

namespace Towpath.AwsEmulator.S3;

/// <summary>Buckets and objects. Source: Amazon S3 API Reference, version 2006-03-01.</summary>
internal sealed class S3Service : IEmulatedService, ISeededService
{
    public static readonly XNamespace Namespace = "http://s3.amazonaws.com/doc/2006-03-01/";

    private readonly EmulatorWorld _world;
    private readonly Dictionary<string, Func<S3Call, Task>> _operations = new(StringComparer.Ordinal);

    public S3Service(EmulatorWorld world)
    {
        _world = world;
        BucketOperations.Register(_operations);
        ObjectOperations.Register(_operations);
        ListOperations.Register(_operations);
        CopyOperations.Register(_operations);
        MultipartOperations.Register(_operations);
        TagOperations.Register(_operations);
    }

    public string SigningName => "s3";

    public WireProtocol Wire => WireProtocol.S3;

    public bool BuffersBody => false;

    public string OperationOf(EmulatorCall call) => AddressOf(call).Operation;

    public IEnumerable<NeededPermission> NeedsOf(EmulatorCall call) => S3Permissions.NeedsOf(call.Http.Request, AddressOf(call));

    public async Task HandleAsync(EmulatorCall call)
    {
        var address = AddressOf(call);
        if (!_operations.TryGetValue(address.Operation, out var operation)) throw Wire.UnknownOperation(address.Operation);
        var state = S3State.Of(_world.State);
        var s3 = new S3Call(call, address, state, _world);
        if (address.Bucket.Length > 0 && address.Operation != "CreateBucket") s3.CheckBucket(NeedsOf(call));
        await operation(s3);
    }

    /// <summary><c>{ "buckets": { "name": { "key": "text" } } }</c>.</summary>
    public void Seed(System.Text.Json.Nodes.JsonObject state, string account, string region)
    {
        var s3 = S3State.Of(_world.State);
        foreach (var (name, objects) in state["buckets"]?.AsObject() ?? [])
        {
            s3.AddBucket(name, account, region);
            foreach (var (key, text) in objects?.AsObject() ?? []) s3.Put(name, key, (string)text!);
        }
    }

    private static S3Address AddressOf(EmulatorCall call) => (S3Address)(call.Parsed ??= S3Address.Of(call.Http.Request));
}

/// <summary>One call of S3 with what it names.</summary>
internal sealed class S3Call(EmulatorCall call, S3Address address, S3State state, EmulatorWorld world)
{
    private const int LargestXml = 4 * 1024 * 1024;

    public EmulatorCall Call { get; } = call;

    public S3Address Address { get; } = address;

    public S3State State { get; } = state;

    public DateTimeOffset Now => world.Now;

    public string Key => Address.Key;

    public HttpRequest Request => Call.Http.Request;

    public HttpResponse Response => Call.Http.Response;

    public Bucket Bucket { get; private set; } = null!;

    /// <summary>The bucket exists, in the region that was signed for, and its policy has nothing against the caller.</summary>
    public void CheckBucket(IEnumerable<NeededPermission> needs)
    {
        Bucket = State.Buckets.GetValueOrDefault(Address.Bucket) ?? throw S3Fault.NoSuchBucket(Address.Bucket);
        if (Bucket.Region != Call.Caller.Region && Address.Operation != "GetBucketLocation")
        {
            Response.Headers["x-amz-bucket-region"] = Bucket.Region;
            throw S3Fault.Of(
                "AuthorizationHeaderMalformed",
                $"The authorization header is malformed; the region '{Call.Caller.Region}' is wrong; expecting '{Bucket.Region}'", 400, ("Region", Bucket.Region));
        }

        CheckPolicy(Bucket, needs);
    }

    public void CheckPolicy(Bucket bucket, IEnumerable<NeededPermission> needs) => BucketPolicy.Check(bucket, Call.Caller, world.Options.Organization, needs);

    /// <summary>A missing key is told only to those who may list the bucket.</summary>
    public AwsFault MissingKey() => world.MayAlso(Call, new NeededPermission("s3:ListBucket", $"arn:aws:s3:::{Bucket.Name}"))
        ? S3Fault.NoSuchKey(Key)
        : S3Fault.AccessDenied();

    /// <summary>Whether the caller may do this to a key of the bucket.</summary>
    public bool MayAlso(string action, string key) => world.MayAlso(Call, new NeededPermission(action, $"arn:aws:s3:::{Bucket.Name}/{key}"));

    public async Task<byte[]> BodyAsync()
    {
        var received = await IncomingBody.ReadAsync(Call, State.Blobs);
        try
        {
            return received.Blob.Length <= LargestXml ? received.Blob.ToArray() : throw S3Fault.MalformedXml();
        }
        finally
        {
            received.Blob.Release();
        }
    }

    public async Task<XElement> XmlBodyAsync()
    {
        try
        {
            using var reader = XmlReader.Create(new MemoryStream(await BodyAsync()), new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit });
            var root = XElement.Load(reader);
            foreach (var element in root.DescendantsAndSelf()) element.Name = element.Name.LocalName;
            return root;
        }
        catch (XmlException)
        {
            throw S3Fault.MalformedXml();
        }
    }

    public Task XmlAsync(XElement root) => XmlAnswer.WriteAsync(Call, XmlAnswer.Qualify(root, S3Service.Namespace));

    public Task DoneAsync(int status = StatusCodes.Status200OK)
    {
        Response.StatusCode = status;
        if (status != StatusCodes.Status204NoContent) Response.ContentLength = 0;
        return Task.CompletedTask;
    }
}
