"""What is wrong with rendered objects, seen one by one and together. Nothing in here writes or imports cdk8s."""
