using Akka.Actor;
using Akka.Serialization;

namespace Campaign.Persistence.Serialization;

/// <summary>Lets Akka.Persistence write events by <see cref="EventCodec"/>.</summary>
public sealed class EventSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    public const int Id = 7401;

    public override int Identifier => Id;

    public override string Manifest(object o) => EventCodec.Manifest(o);

    public override byte[] ToBinary(object obj) => EventCodec.Encode(obj);

    public override object FromBinary(byte[] bytes, string manifest) => EventCodec.Decode(manifest, bytes);
}
