"""What evidence refuses."""

from dure.kernel.refusals import Refusal


class NotAPicture(Refusal):
    code = "not_a_picture"
    says = "This is no photograph that can be read. Send a JPEG, PNG or WebP picture."
    status = 422


class PictureTooLarge(Refusal):
    code = "picture_too_large"
    says = "This photograph is too large: {what}. At most {most}."
    status = 413
